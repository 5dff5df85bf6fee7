"""Who answers for where: the chain above a grid, territories by holder, posts without one."""
