/* Nothing to be called: what stands in start.c takes the place of parts of Swift's runtime when zbuild is linked. */
