package io.tokenledger.agent.streamusage;

import io.tokenledger.agent.exchange.Faults;
import io.tokenledger.agent.exchange.HeaderSource;
import java.nio.ByteBuffer;

/**
 * One exchange whose stream may be asked for usage. A tap shows it the request body before it is
 * sent; if the body turns out to be a stream that does not ask, the exchange is asked, and the
 * response goes through a {@link UsageFilter}.
 *
 * <p>Thread-safety: request before response, and each of them on one thread at a time, as {@link
 * io.tokenledger.agent.exchange.Exchange}; what the record says of it may be read once it ended.
 */
public final class UsageAsk {
  /** A longer body is sent as it is: looking at it takes time on the caller's thread. */
  public static final int MAX_BODY_BYTES = 1 << 20;

  private static final int BAD_REQUEST = 400;
  private static final int UNPROCESSABLE = 422;

  private final RefusingHosts refusing;
  private final String host;
  private final boolean removesNulls;
  private final Faults faults;

  private volatile boolean asked;
  private volatile boolean refused;
  private volatile boolean shown;
  private volatile UsageFilter filter;
  private boolean suspected;
  private OptionMention mention;

  UsageAsk(RefusingHosts refusing, String host, boolean removesNulls, Faults faults) {
    this.refusing = refusing;
    this.host = host;
    this.removesNulls = removesNulls;
    this.faults = faults;
  }

  /** What a tap writes the request body to, to look at it before it is sent. */
  public OptionScanner scanner() {
    return new OptionScanner(MAX_BODY_BYTES);
  }

  /**
   * What has to be done to the body that was looked at; null: it is sent as it is.
   *
   * @param length of the body as the client announces it, or negative when it does not
   */
  public BodyEdit edit(OptionScanner scanner, long length) {
    BodyEdit edit = scanner.edit();
    if (edit == null || length >= 0 && edit.length() != length) {
      return null;
    }
    asked = true;
    return edit;
  }

  /** What the response has to go through before the application; null: nothing. */
  public UsageFilter filter(int status, HeaderSource headers) {
    if (!asked || status < 200 || status > 299) {
      return null;
    }
    String encoding = headers.value("content-encoding");
    if (encoding != null && !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      shown = true;
      return null;
    }
    UsageFilter made = new UsageFilter(removesNulls, faults);
    filter = made;
    return made;
  }

  /**
   * The head of the response. A host that finds the request bad is not asked again unless its
   * reason turns out to be another one: nobody has to read that reason.
   */
  public void head(int status) {
    if (!asked || status < BAD_REQUEST) {
      return;
    }
    mention = new OptionMention();
    if (status == BAD_REQUEST || status == UNPROCESSABLE) {
      suspected = true;
      refusing.suspect(host);
    }
  }

  /** The next piece of the response body. */
  public void bytes(byte[] buffer, int offset, int length) {
    for (int i = offset; mention != null && i < offset + length; i++) {
      next(buffer[i]);
    }
  }

  /** As above; position and limit of the buffer stay as they are. */
  public void bytes(ByteBuffer buffer) {
    for (int i = buffer.position(); mention != null && i < buffer.limit(); i++) {
      next(buffer.get(i));
    }
  }

  /**
   * The exchange ended.
   *
   * @param whole the response was seen to its end
   */
  public void ended(boolean whole) {
    if (suspected) {
      if (!whole && !refused) {
        refuse();
      }
      refusing.settle(host);
    }
    mention = null;
  }

  /** {@code requested} or {@code refused}; null: the request was sent as it was. */
  public String outcome() {
    return !asked ? null : refused ? "refused" : "requested";
  }

  /** Whether the application may have seen something of what was asked for. */
  public boolean shown() {
    UsageFilter used = filter;
    return shown || used != null && used.incomplete();
  }

  private void next(byte c) {
    mention.next(c);
    if (mention.found()) {
      mention = null;
      refuse();
    }
  }

  private void refuse() {
    refused = true;
    refusing.add(host);
  }
}
