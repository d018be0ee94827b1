//! An `.xlsx` file as rows of texts.
