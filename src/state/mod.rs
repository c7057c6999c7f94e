//! What we applied and own: the value, its codec, and its files.
