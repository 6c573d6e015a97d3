package io.tokenledger.forwarder.report;

/**
 * One line of a report.
 *
 * @param name the value of the dimension; null where the charges name none; for a model {@code
 *     provider/model}
 */
public record Group(Dimension dimension, String name, Figures figures) {}
