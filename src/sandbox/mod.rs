//! The same services on loopback: a world of their own, served over real HTTP. Imports model only.
