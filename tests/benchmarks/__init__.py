"""Speed beside the floor: the same work through the product and as bare SQL, in one run (`make bench`)."""
