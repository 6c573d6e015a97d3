package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Rewrites the constructors of the two classes that write a request body, at their end:
 *
 * <pre>
 * + try {
 * +   this.requestPublisher = replace(PUBLISHER, this.requestPublisher, exchange.multi.responseHandler);
 * + } catch (Throwable t) {
 * + }
 * </pre>
 *
 * <p>This is the one place that the application cannot see: {@code HttpRequest.bodyPublisher()}, of
 * the application's request and of {@code HttpResponse.request()}, stays the application's own. The
 * fields on the way belong to other classes, which is why the lookup is guarded: on a JDK without
 * them the facts of the request are missing, nothing else.
 */
final class RequestBodyRewriter implements ClientRewriter {
  private static final String PACKAGE = "jdk/internal/net/http/";
  private static final String PUBLISHER = "java/net/http/HttpRequest$BodyPublisher";

  private final String className;
  private final String exchangeImpl;

  private RequestBodyRewriter(String className, String exchangeImpl) {
    this.className = className;
    this.exchangeImpl = exchangeImpl;
  }

  /** {@code Http1Request(HttpRequestImpl, Http1Exchange)}. */
  static RequestBodyRewriter http1() {
    return new RequestBodyRewriter(PACKAGE + "Http1Request", PACKAGE + "Http1Exchange");
  }

  /** {@code Stream(Http2Connection, Exchange, WindowController)}. */
  static RequestBodyRewriter http2() {
    return new RequestBodyRewriter(PACKAGE + "Stream", PACKAGE + "Stream");
  }

  @Override
  public String className() {
    return className;
  }

  @Override
  public byte[] rewrite(byte[] original, String bridge) throws RefusedClassException {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    Rewriting rewriting = new Rewriting(writer, bridge);
    reader.accept(rewriting, ClassReader.EXPAND_FRAMES);
    if (!rewriting.hasPublisher || !rewriting.rewritten) {
      throw new RefusedClassException(
          className + " has no field requestPublisher or no constructor that sets it");
    }
    return writer.toByteArray();
  }

  private final class Rewriting extends ClassVisitor {
    private final String bridge;
    private boolean hasPublisher;
    private boolean rewritten;

    Rewriting(ClassVisitor next, String bridge) {
      super(Opcodes.ASM9, next);
      this.bridge = bridge;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      hasPublisher |= name.equals("requestPublisher") && descriptor.equals("L" + PUBLISHER + ";");
      return super.visitField(access, name, descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!name.equals("<init>")) {
        return next;
      }
      return new Constructor(next, descriptor);
    }

    private final class Constructor extends MethodVisitor {
      private final Object[] locals;
      private final int exchangeSlot;
      private boolean setsPublisher;

      Constructor(MethodVisitor next, String descriptor) {
        super(Opcodes.ASM9, next);
        this.locals = locals(descriptor);
        this.exchangeSlot = exchangeSlot(descriptor);
      }

      @Override
      public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        super.visitFieldInsn(opcode, owner, name, descriptor);
        setsPublisher |= opcode == Opcodes.PUTFIELD && name.equals("requestPublisher");
      }

      @Override
      public void visitInsn(int opcode) {
        if (opcode == Opcodes.RETURN && setsPublisher && exchangeSlot >= 0) {
          rewritten = true;
          replacePublisher();
        }
        super.visitInsn(opcode);
      }

      private void replacePublisher() {
        Label start = new Label();
        Label end = new Label();
        Label handler = new Label();
        Label done = new Label();
        super.visitTryCatchBlock(start, end, handler, null);
        super.visitLabel(start);
        super.visitVarInsn(Opcodes.ALOAD, 0);
        BridgeCall.point(this, JdkTap.PUBLISHER);
        super.visitVarInsn(Opcodes.ALOAD, 0);
        super.visitFieldInsn(
            Opcodes.GETFIELD, className, "requestPublisher", "L" + PUBLISHER + ";");
        super.visitVarInsn(Opcodes.ALOAD, exchangeSlot);
        get(exchangeImpl, "exchange", PACKAGE + "Exchange");
        get(PACKAGE + "Exchange", "multi", PACKAGE + "MultiExchange");
        get(PACKAGE + "MultiExchange", "responseHandler", "java/net/http/HttpResponse$BodyHandler");
        BridgeCall.replace(mv, bridge, PUBLISHER);
        super.visitFieldInsn(
            Opcodes.PUTFIELD, className, "requestPublisher", "L" + PUBLISHER + ";");
        super.visitLabel(end);
        super.visitJumpInsn(Opcodes.GOTO, done);
        super.visitLabel(handler);
        super.visitFrame(
            Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
        super.visitInsn(Opcodes.POP);
        super.visitLabel(done);
        super.visitFrame(Opcodes.F_NEW, locals.length, locals, 0, new Object[0]);
      }

      private void get(String owner, String name, String type) {
        super.visitFieldInsn(Opcodes.GETFIELD, owner, name, "L" + type + ";");
      }
    }
  }

  /** What the frames say: this and the parameters, all of them objects. */
  private Object[] locals(String descriptor) {
    Type[] parameters = Type.getArgumentTypes(descriptor);
    Object[] locals = new Object[parameters.length + 1];
    locals[0] = className;
    for (int i = 0; i < parameters.length; i++) {
      locals[i + 1] = parameters[i].getInternalName();
    }
    return locals;
  }

  /**
   * Where the object with the field {@code exchange} is: this, or a parameter; -1 if nowhere, or if
   * there are parameters that are not objects.
   */
  private int exchangeSlot(String descriptor) {
    int slot = exchangeImpl.equals(className) ? 0 : -1;
    Type[] parameters = Type.getArgumentTypes(descriptor);
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].getSort() != Type.OBJECT) {
        return -1;
      }
      if (slot < 0 && parameters[i].getInternalName().equals(exchangeImpl)) {
        slot = i + 1;
      }
    }
    return slot;
  }
}
