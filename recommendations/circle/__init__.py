"""People around somebody: whose taste is near, what friends loved, what they recommend."""
