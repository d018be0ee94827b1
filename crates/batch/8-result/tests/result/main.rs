//! Tests of stage 8: the decision over its space, its rows on both engines, and its pages.
mod decision;
mod fixture;
mod pages;
mod rows;
