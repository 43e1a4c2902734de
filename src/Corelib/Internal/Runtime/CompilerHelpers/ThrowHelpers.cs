using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>
/// Where a failed check ends. There are no exceptions: each helper hands its number to <c>redoubt_panic</c>, which every
/// program defines and which does not return. The loops tell the compiler so.
/// </summary>
public static class ThrowHelpers
{
    [RuntimeImport("*", "redoubt_panic"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Panic(int reason);

    public static void ThrowIndexOutOfRangeException()
    {
        Panic(1);
        while (true)
            ;
    }

    public static void ThrowArgumentOutOfRangeException()
    {
        Panic(2);
        while (true)
            ;
    }

    public static void ThrowArgumentException()
    {
        Panic(3);
        while (true)
            ;
    }

    public static void ThrowOverflowException()
    {
        Panic(4);
        while (true)
            ;
    }

    public static void ThrowDivideByZeroException()
    {
        Panic(5);
        while (true)
            ;
    }

    public static void ThrowNullReferenceException()
    {
        Panic(6);
        while (true)
            ;
    }
}
