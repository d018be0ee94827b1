//! TR21: proposals and duties beside models drawn by hand.
mod approval;
mod grant;
