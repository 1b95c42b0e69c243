"""What the numbers say: facts and the sentences made of them."""
