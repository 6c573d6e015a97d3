package io.tokenledger.forwarder.drain;

import java.util.List;

/**
 * What a drain did and what it left.
 *
 * @param events rows written
 * @param repeats of those, rows whose usage is counted elsewhere
 * @param unpriced of those, rows without a cost
 * @param gaps gap rows written
 * @param deadLetters records that could not be read or stored, kept as dead letters
 * @param sources sources with at least one new record
 * @param leftElsewhere sources that another forwarder holds
 * @param undrained sources in which records were still waiting when the drain stopped
 * @param notices sentences about what was skipped and why, each once
 */
public record DrainSummary(
    long events,
    long repeats,
    long unpriced,
    long gaps,
    long deadLetters,
    int sources,
    int leftElsewhere,
    int undrained,
    List<String> notices) {
  public DrainSummary {
    notices = List.copyOf(notices);
  }
}
