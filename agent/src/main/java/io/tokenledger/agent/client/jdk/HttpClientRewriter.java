package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites the private {@code HttpClientImpl.sendAsync}, through which {@code send} and both public
 * {@code sendAsync} go, each once:
 *
 * <pre>
 *   HttpRequestImpl requestImpl = new HttpRequestImpl(userRequest, proxySelector);
 *   ...
 * + responseHandler = replace(HANDLER, responseHandler, requestImpl);
 *   MultiExchange&lt;T&gt; mex = new MultiExchange&lt;&gt;(..., responseHandler, ...);
 *   mex.responseAsync(executor).whenComplete(action)
 * +     action = replace(COMPLETION, action, responseHandler)
 *   ...
 * + catch (Throwable t) { begin(THROWN, t, responseHandler); throw t; }
 * </pre>
 *
 * <p>What the client refuses before it has an exchange of its own (bad arguments, a closed client)
 * is no exchange of ours.
 */
final class HttpClientRewriter implements ClientRewriter {
  private static final String CLIENT = "jdk/internal/net/http/HttpClientImpl";
  private static final String REQUEST = "jdk/internal/net/http/HttpRequestImpl";
  private static final String MULTI_EXCHANGE = "jdk/internal/net/http/MultiExchange";
  private static final String HANDLER = "java/net/http/HttpResponse$BodyHandler";
  private static final String PUSH_HANDLER = "java/net/http/HttpResponse$PushPromiseHandler";
  private static final String EXECUTOR = "java/util/concurrent/Executor";
  private static final String FUTURE = "java/util/concurrent/CompletableFuture";
  private static final String ACTION = "java/util/function/BiConsumer";
  private static final String SEND_ASYNC =
      "(Ljava/net/http/HttpRequest;L"
          + HANDLER
          + ";L"
          + PUSH_HANDLER
          + ";L"
          + EXECUTOR
          + ";)L"
          + FUTURE
          + ";";
  private static final int HANDLER_SLOT = 2;

  @Override
  public String className() {
    return CLIENT;
  }

  @Override
  public byte[] rewrite(byte[] original, String bridge) throws RefusedClassException {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    Send send = new Send(writer, bridge);
    reader.accept(send, ClassReader.EXPAND_FRAMES);
    if (!send.complete()) {
      throw new RefusedClassException(
          CLIENT + ".sendAsync does not make a MultiExchange and await it in the known way");
    }
    return writer.toByteArray();
  }

  private static final class Send extends ClassVisitor {
    private final String bridge;
    private SendAsync sendAsync;

    Send(ClassVisitor next, String bridge) {
      super(Opcodes.ASM9, next);
      this.bridge = bridge;
    }

    boolean complete() {
      return sendAsync != null && sendAsync.begins && sendAsync.observes;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!name.equals("sendAsync") || !descriptor.equals(SEND_ASYNC)) {
        return next;
      }
      sendAsync = new SendAsync(next, bridge);
      return sendAsync;
    }
  }

  private static final class SendAsync extends MethodVisitor {
    private static final int UNKNOWN = -1;

    private final String bridge;
    private final Label begun = new Label();
    private boolean requestMade;
    private int requestSlot = UNKNOWN;
    private boolean begins;
    private boolean sent;
    private boolean observes;

    SendAsync(MethodVisitor next, String bridge) {
      super(Opcodes.ASM9, next);
      this.bridge = bridge;
    }

    @Override
    public void visitVarInsn(int opcode, int slot) {
      super.visitVarInsn(opcode, slot);
      if (opcode == Opcodes.ASTORE && requestMade && requestSlot == UNKNOWN) {
        requestSlot = slot;
      }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.NEW
          && type.equals(MULTI_EXCHANGE)
          && requestSlot != UNKNOWN
          && !begins) {
        begins = true;
        BridgeCall.point(this, JdkTap.HANDLER);
        super.visitVarInsn(Opcodes.ALOAD, HANDLER_SLOT);
        super.visitVarInsn(Opcodes.ALOAD, requestSlot);
        BridgeCall.replace(mv, bridge, HANDLER);
        super.visitVarInsn(Opcodes.ASTORE, HANDLER_SLOT);
        super.visitLabel(begun);
      }
      super.visitTypeInsn(opcode, type);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (owner.equals(FUTURE) && name.equals("whenComplete") && sent && !observes) {
        observes = true;
        BridgeCall.point(this, JdkTap.COMPLETION);
        super.visitInsn(Opcodes.SWAP);
        super.visitVarInsn(Opcodes.ALOAD, HANDLER_SLOT);
        BridgeCall.replace(mv, bridge, ACTION);
      }
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      if (owner.equals(REQUEST) && name.equals("<init>")) {
        requestMade = true;
      } else if (owner.equals(MULTI_EXCHANGE) && name.equals("responseAsync")) {
        sent = begins;
      }
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
      if (begins) {
        // After the JDK's own handlers in the table: theirs run first, and what they rethrow comes
        // here.
        Label end = new Label();
        Label handler = new Label();
        super.visitLabel(end);
        super.visitTryCatchBlock(begun, end, handler, null);
        super.visitLabel(handler);
        super.visitFrame(
            Opcodes.F_NEW,
            5,
            new Object[] {CLIENT, "java/net/http/HttpRequest", HANDLER, PUSH_HANDLER, EXECUTOR},
            1,
            new Object[] {"java/lang/Throwable"});
        super.visitInsn(Opcodes.DUP);
        BridgeCall.point(this, JdkTap.THROWN);
        super.visitInsn(Opcodes.SWAP);
        super.visitVarInsn(Opcodes.ALOAD, HANDLER_SLOT);
        BridgeCall.begin(mv, bridge);
        super.visitInsn(Opcodes.ATHROW);
      }
      super.visitMaxs(maxStack, maxLocals);
    }
  }
}
