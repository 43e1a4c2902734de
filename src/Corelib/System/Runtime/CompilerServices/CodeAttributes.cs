namespace System.Runtime.CompilerServices;

// How the compiler shall treat a method, a module or a type.

public enum MethodImplOptions
{
    NoInlining = 0x0008,
    AggressiveInlining = 0x0100,
    AggressiveOptimization = 0x0200,
    InternalCall = 0x1000,
}

public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute
{
    public MethodImplOptions Value => options;
}

public sealed class SkipLocalsInitAttribute : Attribute;

/// <summary>A method or type that the compiler knows.</summary>
internal sealed class IntrinsicAttribute : Attribute;

/// <summary>A struct of <paramref name="length"/> copies of its only field, indexed with a bounds check.</summary>
public sealed class InlineArrayAttribute(int length) : Attribute
{
    public int Length => length;
}
