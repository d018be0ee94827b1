//! Tests of stage 7 on both engines, through its rows and through its pages.
mod fixture;
mod objective;
mod pages;
mod rows;
mod scoring;
