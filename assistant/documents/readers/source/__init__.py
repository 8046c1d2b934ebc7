"""Readers of source code that keep its words: comments, declarations and human strings.

Statements are left out. What is kept stands under the name of what it belongs to.
"""
