using System.Runtime.CompilerServices;

namespace System.Runtime.Intrinsics.Arm;

/// <summary>Single instructions of the base architecture.</summary>
[Intrinsic]
public abstract class ArmBase
{
    [Intrinsic]
    public abstract class Arm64
    {
        /// <summary>UMULH</summary>
        [Intrinsic]
        public static ulong MultiplyHigh(ulong left, ulong right) => MultiplyHigh(left, right);
    }
}
