import pytest

from rag.anaphora import points_back

POINTING = [
    "and its gates?",
    "what are they for",
    "why is that?",
    "what is the size of its gates?",
    "how is it trained?",
    "Is it better than an RNN?",
    "what is it used to predict?",
    "is that true for transformers too?",
    "how does this work in practice?",
    "who proposed these?",
    "can it also generate text",
    "what are the advantages of it",
    "does the same hold for GRUs",
    "why does it matter",
    "what makes it different from a CNN",
    "and the other one?",
    "why is it better at long sequences?",
    "which of them is faster",
    "how do their gates work",
    "and what does that mean for patients?",
    "what is its main weakness compared to transformers?",
    "how do we train them",
    "Who discovered this?",
    "where was it first used",
    "Can you give me an example of that?",
    "and how is this related to memory?",
    "What role do they play in emotion?",
    "Who came up with it",
    "What are its side effects",
    "Does it only happen in children?",
    "When did he publish his theory?",
    "how can you prevent it",
    "what happens if it is damaged?",
    "where are they found in the body",
    "Are there other types of it",
    "Which bacteria cause it?",
    "What did she find out?",
    "how do antibiotics stop them",
    "is this the same in viruses?",
    "why do some people get it more often",
    "What is the treatment for it?",
    "what part of the brain controls that",
    "How is it different from classical conditioning?",
    "what would happen without it",
    "Can these be cured",
    "what was his main criticism of Freud",
    "why is that important for memory",
    "name three of its symptoms",
    "is it inherited?",
]

STANDING_ALONE = [
    "Why is it a problem that deep learning models are black boxes?",
    "Is it possible to train a CNN on few images?",
    "What is it called when a model memorises its training data?",
    "Why is it important to validate models clinically?",
    "Is it true that LSTMs forget?",
    "How does a CNN share its weights?",
    "What is transfer learning and why is it useful?",
    "Why do doctors mistrust a model that they cannot explain?",
    "Does the course say that GANs have two networks?",
    "How do neurons pass on their output?",
    "what will i learn in this course",
    "Do RNNs keep information over time, and how do they do it?",
    "If a model overfits, how can it be regularised?",
    "How do hospitals protect the data of their patients?",
    "Which problems of RNNs are those that LSTMs solve?",
    "What are the two networks in a GAN and what does each of them do?",
    "How does attention help a transformer decide which words it should look at?",
    "What makes it hard to share data between hospitals?",
    "Was it Hinton who invented backpropagation?",
    "Is it legal to share EHRs?",
    "How long does it take to train a deep network?",
    "What does it mean to fine-tune a model?",
    "What does it mean for a model to be a black box?",
    "How much data does it take to train a model?",
    "What are enzymes and how do they work?",
    "Which part of the brain controls how we feel about ourselves and others around us and why does it matter?",
    "What is the evidence that intelligence is inherited?",
    "What did Pavlov show in his experiments with dogs?",
    "Why do bacteria exchange genes with their neighbours?",
    "How do viruses get into the cells that they infect?",
    "Is it possible to be addicted to caffeine?",
    "what is the name of the theory that says we feel emotions because of our body",
    "Is it common to have more than one disorder at the same time?",
    "How do children learn that objects exist when they cannot see them?",
    "What does this chapter say about sleep?",
    "Why is it so hard to develop drugs against fungi?",
    "What is meant by those who study behaviour?",
    "How does alcohol affect the brain and its development?",
    "Why did Milgram carry out this study?",
    "When people are stressed, what do their bodies release?",
    "What is it called when bacteria become resistant to drugs?",
    "which hormone tells you that you are full",
    "Does sleep help to keep what we learn, and if so, how does it do that?",
    "Who said that behaviour is shaped by its consequences?",
    "Why would a doctor order this test for a patient with fever?",
]


@pytest.mark.parametrize("question", POINTING)
def test_what_a_question_does_not_name_is_pointed_at(question):
    assert points_back(question)


@pytest.mark.parametrize("question", STANDING_ALONE)
def test_a_pronoun_whose_noun_is_in_the_question_or_that_stands_for_nothing_does_not_point_back(question):
    assert not points_back(question)


@pytest.mark.parametrize(
    "question", ["", "?", "it", "that", "____ has its roots in religious practice.", "Warum ist das so?"]
)
def test_any_question_is_judged(question):
    assert points_back(question) is (question in {"it", "that"})
