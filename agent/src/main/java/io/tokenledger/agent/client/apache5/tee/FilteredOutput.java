package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.IOException;
import java.io.OutputStream;

/** Writes on a response body without what the agent asked for. */
final class FilteredOutput extends OutputStream {
  private final OutputStream out;
  private final UsageFilter filter;

  FilteredOutput(OutputStream out, UsageFilter filter) {
    this.out = out;
    this.filter = filter;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    filter.feed(buffer, offset, offset + length, out);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** The body is written: what waited follows. */
  void end() throws IOException {
    filter.end(out);
  }
}
