package io.tokenledger.forwarder.pricing;

import java.sql.Connection;
import java.sql.SQLException;

/** Where a transaction gets the prices that hold now. */
@FunctionalInterface
public interface PriceSource {
  /** The prices for the rows that this connection is about to write. */
  Pricer current(Connection connection) throws SQLException;

  /**
   * The prices that the last transaction was given, for pricing ahead of the next one on another
   * thread; null before the first, or where they are not remembered.
   */
  default Pricer latest() {
    return null;
  }

  /** Prices that never change. */
  static PriceSource fixed(Pricer pricer) {
    return connection -> pricer;
  }
}
