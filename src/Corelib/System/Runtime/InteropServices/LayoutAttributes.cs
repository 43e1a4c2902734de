namespace System.Runtime.InteropServices;

public enum LayoutKind
{
    Sequential = 0,
    Explicit = 2,
    Auto = 3,
}

public sealed class StructLayoutAttribute(LayoutKind kind) : Attribute
{
    public LayoutKind Value => kind;
    public int Pack;
    public int Size;
}

public sealed class FieldOffsetAttribute(int offset) : Attribute
{
    public int Value => offset;
}

/// <summary>C# marks <c>in</c> and <c>ref readonly</c> with it.</summary>
public sealed class InAttribute : Attribute;

/// <summary>C# marks <c>where T : unmanaged</c> with it.</summary>
public enum UnmanagedType;
