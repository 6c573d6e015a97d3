package io.tokenledger.forwarder.store;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Has the pool let go of a server that has become a standby: such a connection works on for
 * questions, and would be used for ever.
 */
final class LostPrimary implements SQLExceptionOverride {
  @java.lang.Override
  public Override adjudicate(SQLException failure) {
    return PostgresErrors.isReadOnly(failure) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
  }
}
