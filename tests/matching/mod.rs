//! Who is who: made-up directories of which the truth is known, and the cases that decide.

mod cases;
mod dice;
mod figures;
mod habits;
mod human;
mod kinds;
mod languages;
mod score;
mod trouble;
mod world;
