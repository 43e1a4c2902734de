using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Hostile;

/// <summary>The tables of stubs.S.</summary>
internal static class Stubs
{
    private const ulong Stride = 16;

    /// <summary>Place of the call stubs by number: HVC #0 and SMC #0.</summary>
    public const ulong Hvc = 0, Smc = 1;

    [RuntimeImport("*", "stubs_access_address"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong AccessAddress();

    [RuntimeImport("*", "stubs_operation_address"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong OperationAddress();

    [RuntimeImport("*", "stubs_call_address"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong CallAddress();

    /// <summary>Number of loads, stores and fetches.</summary>
    [RuntimeImport("*", "stubs_access_count"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong AccessCount();

    /// <summary>Number of operations on addresses.</summary>
    [RuntimeImport("*", "stubs_operation_count"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong OperationCount();

    /// <summary>Number of calls and exceptions.</summary>
    [RuntimeImport("*", "stubs_call_count"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong CallCount();

    /// <summary>Address of the page that may be spoilt.</summary>
    [RuntimeImport("*", "stubs_scratch_address"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Scratch();

    /// <summary>Code of a load, store or fetch at x0.</summary>
    public static ulong Access(ulong number) => AccessAddress() + number * Stride;

    /// <summary>Code of an operation on the address x0.</summary>
    public static ulong Operation(ulong number) => OperationAddress() + number * Stride;

    /// <summary>Code of a call or exception.</summary>
    public static ulong Call(ulong number) => CallAddress() + number * Stride;
}
