//! TR21: the machines of the sitting beside models of them, drawn by hand.
mod attempt;
mod seat;
