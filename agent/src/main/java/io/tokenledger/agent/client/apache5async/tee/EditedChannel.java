package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.streamusage.BodyEditor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/** Makes an edit of what a producer writes; the channel below may take a part of anything. */
final class EditedChannel implements DataStreamChannel {
  private final DataStreamChannel delegate;
  private final EditedBody body;

  EditedChannel(DataStreamChannel delegate, EditedBody body) {
    this.delegate = delegate;
    this.body = body;
  }

  /** One write of a body, which may go through several channels. */
  static final class EditedBody {
    private final BodyEditor editor;
    private ByteBuffer insertion;

    EditedBody(BodyEditor editor) {
      this.editor = editor;
    }
  }

  @Override
  public void requestOutput() {
    delegate.requestOutput();
  }

  @Override
  public int write(ByteBuffer buffer) throws IOException {
    if (buffer == null) {
      return delegate.write(null);
    }
    int start = buffer.position();
    while (inserted() && buffer.hasRemaining()) {
      buffer.position(buffer.position() + body.editor.skipping(buffer.remaining()));
      int passing = body.editor.passing(buffer.remaining());
      if (passing > 0) {
        if (pass(buffer, passing) < passing) {
          break;
        }
      } else if (buffer.hasRemaining()) {
        body.insertion = ByteBuffer.wrap(body.editor.insertion());
      }
    }
    return buffer.position() - start;
  }

  @Override
  public void endStream() throws IOException {
    delegate.endStream();
  }

  @Override
  public void endStream(List<? extends Header> trailers) throws IOException {
    delegate.endStream(trailers);
  }

  /** False while a part of the insertion is still to be taken. */
  private boolean inserted() throws IOException {
    ByteBuffer insertion = body.insertion;
    if (insertion != null) {
      delegate.write(insertion);
      if (insertion.hasRemaining()) {
        return false;
      }
      body.insertion = null;
    }
    return true;
  }

  private int pass(ByteBuffer buffer, int bytes) throws IOException {
    int from = buffer.position();
    int limit = buffer.limit();
    buffer.limit(from + bytes);
    try {
      delegate.write(buffer);
    } finally {
      buffer.limit(limit);
    }
    body.editor.passed(buffer, from, buffer.position());
    return buffer.position() - from;
  }
}
