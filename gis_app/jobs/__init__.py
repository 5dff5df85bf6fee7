"""Long work beside the server: a queue, a worker process, and a child process for each job."""
