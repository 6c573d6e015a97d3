package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.BodyEditor;
import io.tokenledger.agent.streamusage.EditedOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** Makes an edit of a request body on its way to the JDK: one piece for each piece. */
final class EditSubscriber implements Subscriber<ByteBuffer> {
  private final Subscriber<? super ByteBuffer> delegate;
  private final BodyEditor editor;

  EditSubscriber(Subscriber<? super ByteBuffer> delegate, BodyEdit edit) {
    this.delegate = delegate;
    this.editor = new BodyEditor(edit);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    delegate.onSubscribe(subscription);
  }

  @Override
  public void onNext(ByteBuffer piece) {
    if (editor.passesWhole(piece.remaining())) {
      editor.passed(piece, piece.position(), piece.limit());
      delegate.onNext(piece);
      return;
    }
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    ByteArrayOutputStream edited = new ByteArrayOutputStream(bytes.length + 64);
    try {
      new EditedOutput(edited, editor).write(bytes, 0, bytes.length);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    delegate.onNext(ByteBuffer.wrap(edited.toByteArray()));
  }

  @Override
  public void onError(Throwable cause) {
    delegate.onError(cause);
  }

  @Override
  public void onComplete() {
    delegate.onComplete();
  }
}
