namespace System.Runtime.CompilerServices;

/// <summary>Reinterpretation of references. The compiler expands the calls; those to themselves are never made.</summary>
public static unsafe class Unsafe
{
    [Intrinsic]
    public static void* AsPointer<T>(ref readonly T value) where T : allows ref struct => AsPointer(in value);

    [Intrinsic]
    public static ref T AsRef<T>(void* source) where T : allows ref struct => ref AsRef<T>(source);

    [Intrinsic]
    public static ref T AsRef<T>(scoped ref readonly T source) where T : allows ref struct => ref AsRef(in source);

    [Intrinsic]
    public static ref TTo As<TFrom, TTo>(ref TFrom source) where TFrom : allows ref struct where TTo : allows ref struct =>
        ref As<TFrom, TTo>(ref source);

    [Intrinsic]
    public static ref T Add<T>(ref T source, int elementOffset) where T : allows ref struct =>
        ref Add(ref source, elementOffset);

    [Intrinsic]
    public static ref T Add<T>(ref T source, nint elementOffset) where T : allows ref struct =>
        ref Add(ref source, elementOffset);

    [Intrinsic]
    public static ref T AddByteOffset<T>(ref T source, nint byteOffset) where T : allows ref struct =>
        ref AddByteOffset(ref source, byteOffset);

    [Intrinsic]
    public static int SizeOf<T>() where T : allows ref struct => SizeOf<T>();
}
