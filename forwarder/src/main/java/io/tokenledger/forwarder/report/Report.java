package io.tokenledger.forwarder.report;

import java.util.List;

/**
 * What the ledger says of a period.
 *
 * @param ledger a sentence that says where the ledger is
 * @param groups the total first, then by dimension, the dearest first, days in order
 */
public record Report(Period period, String ledger, List<Group> groups, List<Remark> remarks) {
  public Report {
    groups = List.copyOf(groups);
    remarks = List.copyOf(remarks);
  }

  /** The figures over everything. */
  public Figures total() {
    return groups.get(0).figures();
  }

  /** The lines of one dimension. */
  public List<Group> by(Dimension dimension) {
    return groups.stream().filter(group -> group.dimension() == dimension).toList();
  }

  /** The remarks of one kind. */
  public List<Remark> remarks(Remark.Kind kind) {
    return remarks.stream().filter(remark -> remark.kind() == kind).toList();
  }
}
