package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.ResponseBody;
import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.streamusage.UsageAsk;
import io.tokenledger.record.UsageRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One model call as it passes. Pieces of the response are scanned on the application's thread; at
 * its end the exchange hands itself over, once, and is the ledger thread's from then on.
 *
 * <pre>
 *            piece begins                 piece ends
 *   IDLE ------------------> SCANNING ------------------> IDLE
 *    |                        |    |
 *    | end            the end |    | end, from another thread
 *    v             of a value v    v
 *   ENDED <---------------------- ENDING
 *                     piece ends
 * </pre>
 *
 * Whoever moves the state to ENDED hands over, and nobody touches the scanner afterwards. A
 * terminal event outranks an ending that came while its piece was scanned.
 */
class MeteredExchange implements Exchange, FinishedExchange {
  private static final byte IDLE = 0;
  private static final byte SCANNING = 1;
  private static final byte ENDING = 2;
  private static final byte ENDED = 3;

  private static final VarHandle STATE;
  private static final VarHandle REQUESTED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(MeteredExchange.class, "state", byte.class);
      REQUESTED = lookup.findVarHandle(MeteredExchange.class, "requested", Finish.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final RequestTarget target;
  final RecognisedCall call;
  final SurfacePlan plan;

  final Instant sent = Instant.now();
  final long sentNanos = System.nanoTime();

  /** The caller's key, kept for its fingerprint only; null when none is wanted. */
  String apiKey;

  String[] requestHeaders;
  String[] responseHeaders;

  /** 0: no response came. */
  int status;

  /** Nano times; 0: did not happen, or nobody knows when. */
  long headNanos;

  long contentNanos;
  long endNanos;

  Finish finish;

  /** Something of ours failed on the way. */
  volatile boolean faulty;

  volatile RequestScan request;
  ResponseBody response;

  /** Links of {@link OpenExchanges}. */
  MeteredExchange previous;

  MeteredExchange next;
  boolean linked;
  int arrival;
  Abandonment abandonment;

  /** Null: this exchange is not timed. */
  CallerCost cost;

  private final MeterContext context;
  private volatile byte state;
  private volatile Finish requested;

  MeteredExchange(
      MeterContext context,
      RequestTarget target,
      RecognisedCall call,
      SurfacePlan plan,
      HeaderSource headers) {
    this.context = context;
    this.target = target;
    this.call = call;
    this.plan = plan;
    requestHeaders = plan.keepRequestHeaders(headers);
    apiKey = context.fingerprints() == null ? null : context.fingerprints().key(headers);
  }

  @Override
  public BodyScan requestBody() {
    if (plan.requestFields == null || ended()) {
      return null;
    }
    try {
      RequestScan scan =
          cost == null
              ? new RequestScan(plan.requestFields, context.faults())
              : new TimedRequestScan(plan.requestFields, context.faults(), cost);
      request = scan;
      return scan;
    } catch (Throwable fault) {
      caught(fault);
      return null;
    }
  }

  @Override
  public void responseHead(int status, HeaderSource headers) {
    if (!enter()) {
      return;
    }
    try {
      headNanos = System.nanoTime();
      this.status = status;
      UsageAsk ask = usageAsk();
      if (ask != null) {
        ask.head(status);
      }
      responseHeaders = plan.keepResponseHeaders(headers);
      boolean ofLines = plan.responseFields.linesAreRecords() && status >= 200 && status < 300;
      response =
          new ResponseBody(
              plan.responseFields,
              headers.value("content-type"),
              headers.value("content-encoding"),
              ofLines ? new MeteredLines(this, context) : null);
    } catch (Throwable fault) {
      caught(fault);
    }
    leave();
  }

  @Override
  public void responseBytes(byte[] buffer, int offset, int length) {
    if (!enter()) {
      return;
    }
    try {
      UsageAsk ask = usageAsk();
      if (ask != null) {
        ask.bytes(buffer, offset, length);
      }
      if (response != null && !faulty) {
        response.feed(buffer, offset, length);
        noteContent();
      }
    } catch (Throwable fault) {
      caught(fault);
    }
    leave();
  }

  @Override
  public void responseBytes(ByteBuffer buffer) {
    if (!enter()) {
      return;
    }
    try {
      UsageAsk ask = usageAsk();
      if (ask != null) {
        ask.bytes(buffer);
      }
      if (response != null && !faulty) {
        response.feed(buffer);
        noteContent();
      }
    } catch (Throwable fault) {
      caught(fault);
    }
    leave();
  }

  @Override
  public void responseEnd() {
    if (!enter()) {
      return;
    }
    Finish atEnd = Finish.COMPLETE;
    try {
      if (response != null && !response.finished() && !response.mayEndHere()) {
        atEnd = Finish.TRUNCATED;
      }
    } catch (Throwable fault) {
      caught(fault);
    }
    REQUESTED.compareAndSet(this, null, atEnd);
    finish(requested);
  }

  @Override
  public void failed(Throwable cause) {
    end(Finish.failed(cause));
  }

  @Override
  public void cancelled() {
    end(Finish.CANCELLED);
  }

  /** The application dropped the response unread; when it did so, nobody knows. */
  void abandoned() {
    end(Finish.ABANDONED);
  }

  @Override
  public void caught(Throwable fault) {
    faulty = true;
    context.faults().caught(fault);
  }

  @Override
  public boolean ended() {
    return state == ENDED;
  }

  @Override
  public UsageRecord toRecord() {
    return context.recorder().record(this);
  }

  @Override
  public long callerNanos() {
    return cost == null ? -1 : cost.nanos();
  }

  @Override
  public boolean expectsUsage() {
    return plan.surface.withoutUsage() == null;
  }

  @Override
  public boolean faulty() {
    return faulty;
  }

  @Override
  public boolean unlisted() {
    return !call.listed();
  }

  /** Reads what could not be read while it passed, and judges the end anew. Ledger thread. */
  void settle() {
    if (response == null || !response.deferred()) {
      return;
    }
    boolean whole = finish == Finish.COMPLETE || finish == Finish.TRUNCATED;
    response.settle(whole);
    if (response.finished()) {
      finish = Finish.COMPLETE;
    } else if (whole) {
      finish = response.mayEndHere() ? Finish.COMPLETE : Finish.TRUNCATED;
    }
  }

  /** Forgets what the record was made of: the application may hold this exchange for long. */
  void forget() {
    boolean linesMayWait = response != null && response.hasLineSink();
    request = null;
    response = null;
    abandonment = null;
    if (linesMayWait) {
      return;
    }
    requestHeaders = null;
    responseHeaders = null;
    apiKey = null;
  }

  private void end(Finish how) {
    if (ended() || !REQUESTED.compareAndSet(this, null, how)) {
      return;
    }
    while (true) {
      if (enter()) {
        finish(how);
        return;
      }
      if (STATE.compareAndSet(this, SCANNING, ENDING) || state == ENDED) {
        return;
      }
    }
  }

  private boolean enter() {
    if (state != IDLE || !STATE.compareAndSet(this, IDLE, SCANNING)) {
      return false;
    }
    if (cost != null) {
      cost.enter();
    }
    return true;
  }

  private void leave() {
    if (response != null && response.finished()) {
      finish(Finish.COMPLETE);
      return;
    }
    if (cost != null) {
      cost.leave();
    }
    if (!STATE.compareAndSet(this, SCANNING, IDLE)) {
      finish(requested);
    }
  }

  /** Runs on the one thread that owns the scanner, so the scanner is at rest. */
  private void finish(Finish how) {
    try {
      finish = how;
      endNanos = how == Finish.ABANDONED ? 0 : System.nanoTime();
      UsageAsk ask = usageAsk();
      if (ask != null) {
        ask.ended(how == Finish.COMPLETE || how == Finish.TRUNCATED);
      }
      if (response != null) {
        response.close();
      }
      RequestScan scan = request;
      if (scan != null) {
        scan.freeze();
      }
      if (cost != null && how != Finish.ABANDONED) {
        cost.leave();
      }
    } catch (Throwable fault) {
      caught(fault);
    }
    state = ENDED;
    try {
      if (isRow() || response.deferred()) {
        context.handOff().offer(this);
      }
    } catch (Throwable fault) {
      caught(fault);
    }
  }

  /**
   * A result file's rows are its lines. It gives one of its own when it failed, was cut, or could
   * not be read: then lines may be missing, and the row says so.
   */
  boolean isRow() {
    return response == null
        || !response.hasLineSink()
        || faulty
        || response.undecodable()
        || response.givesLines() && finish != Finish.COMPLETE;
  }

  private void noteContent() {
    if (contentNanos == 0 && response.scanner().contentSeen()) {
      contentNanos = System.nanoTime();
    }
  }
}
