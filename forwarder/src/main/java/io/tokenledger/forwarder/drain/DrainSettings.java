package io.tokenledger.forwarder.drain;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What to drain and how long to keep it.
 *
 * @param queueDirectory base directory with one sub-directory per process
 * @param keep how long drained queue files stay before they are deleted
 * @param deleteDrained false keeps every file (embedded Postgres: a real database may drain them
 *     later)
 * @param shutdownDrain longest time that {@link Drain#follow()} spends on what is there after it
 *     was asked to stop
 */
public record DrainSettings(
    Path queueDirectory, Duration keep, boolean deleteDrained, Duration shutdownDrain) {}
