"""Charts of customers and interactions; pyqtgraph is imported when the first of them is opened."""
