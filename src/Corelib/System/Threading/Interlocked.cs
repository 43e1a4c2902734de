using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Atomic operations, as loops of LDAXR and STLXR closed by DMB.</summary>
public static class Interlocked
{
    [Intrinsic]
    public static uint Exchange(ref uint location, uint value) => Exchange(ref location, value);

    [Intrinsic]
    public static ulong Exchange(ref ulong location, ulong value) => Exchange(ref location, value);

    [Intrinsic]
    public static uint CompareExchange(ref uint location, uint value, uint comparand) =>
        CompareExchange(ref location, value, comparand);

    [Intrinsic]
    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand) =>
        CompareExchange(ref location, value, comparand);

    [Intrinsic]
    public static uint ExchangeAdd(ref uint location, uint value) => ExchangeAdd(ref location, value);

    [Intrinsic]
    public static ulong ExchangeAdd(ref ulong location, ulong value) => ExchangeAdd(ref location, value);
}
