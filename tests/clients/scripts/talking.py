"""A flow that logs many lines."""

from prefect import flow, get_run_logger


@flow(name="talks")
def talks(lines: int = 420):
    logger = get_run_logger()
    for number in range(lines):
        logger.info("line %d", number)
