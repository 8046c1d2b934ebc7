"""Conversations that outlive the program: kept as they happen, listed, resumed, exported."""
