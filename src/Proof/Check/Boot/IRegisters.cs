namespace Redoubt.Proof.Check.Boot;

/// <summary>Registers of a device that boot uses.</summary>
internal interface IRegisters
{
    /// <summary>Whether a register is there.</summary>
    bool Has(ulong address);

    /// <summary>Loads 4 or 8 bytes.</summary>
    /// <exception cref="BootException">Boot has no use for that.</exception>
    ulong Load(ulong address, int size);

    /// <summary>Stores 4 or 8 bytes.</summary>
    /// <exception cref="BootException">Boot has no use for that, or it is done at the wrong time.</exception>
    void Store(ulong address, int size, ulong value);
}
