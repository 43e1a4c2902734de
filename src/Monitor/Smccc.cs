namespace Redoubt.Monitor;

/// <summary>Calls of the SMC Calling Convention itself (DEN0028, 7) and their common error.</summary>
internal static class Smccc
{
    public const uint Version = 0x8000_0000, Features = 0x8000_0001;

    /// <summary>Version 1.1.</summary>
    public const ulong VersionValue = 0x1_0001;

    public const ulong Success = 0, NotSupported = ~0UL, InvalidParameters = ~1UL;

    /// <summary>Bit of a function identifier: 64-bit arguments.</summary>
    public const uint Wide = 1U << 30;

    /// <summary>
    /// SMCCC_ARCH_FEATURES. None of the workaround calls is offered: the guest then judges by its CPU's own identification registers,
    /// which is the truth, since no firmware call reaches it.
    /// </summary>
    public static ulong QueryFeature(uint function) => function is Version or Features ? Success : NotSupported;
}
