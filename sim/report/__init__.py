"""Tables -> what people read: figures, console pages and their words in three languages."""
