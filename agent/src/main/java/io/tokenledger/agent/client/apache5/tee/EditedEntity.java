package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.EditedOutput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** A repeatable request entity with an edit made each time it is written. */
final class EditedEntity extends HttpEntityWrapper {
  private final BodyEdit edit;

  EditedEntity(HttpEntity delegate, BodyEdit edit) {
    super(delegate);
    this.edit = edit;
  }

  @Override
  public long getContentLength() {
    long length = super.getContentLength();
    return length < 0 ? length : length + edit.added();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    super.writeTo(new EditedOutput(out, edit));
  }

  /** What an interceptor of the application that signs or logs the body gets. */
  @Override
  public InputStream getContent() throws IOException {
    ByteArrayOutputStream edited = new ByteArrayOutputStream();
    writeTo(edited);
    return new ByteArrayInputStream(edited.toByteArray());
  }
}
