"""Time, memory and disk of questions at many sentences. Run: python -m tests.benchmarks.query"""
