namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A reason for which EL2 is entered.</summary>
/// <param name="Name">For people.</param>
/// <param name="Service">It happens to a service, every exception of which EL2 takes; otherwise to a guest.</param>
/// <param name="Modes">SPSR_EL2.M of the modes in which it happens.</param>
/// <param name="Make">Chooses an instruction, prepares a random record for it, and says what to expect.</param>
internal sealed record Cause(string Name, bool Service, ulong[] Modes, Func<Random, ExceptionRecord, Expected> Make);

/// <summary>An instruction, and what EL2 finds after it (Arm ARM, D1.3 and D19.2.40).</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Class">ESR_EL2.EC; null for an interrupt, which leaves ESR_EL2 as it is.</param>
/// <param name="Iss">ESR_EL2.ISS.</param>
internal sealed record Expected(uint Instruction, uint? Class, uint Iss = 0)
{
    /// <summary>ESR_EL2.IL: the instruction has 32 bits, or it does not matter.</summary>
    public bool Long { get; init; } = true;

    /// <summary>Bytes from the instruction to where ELR_EL2 points.</summary>
    public ulong Behind { get; init; }

    /// <summary>FAR_EL2, if it is set.</summary>
    public ulong? Address { get; init; }

    /// <summary>HPFAR_EL2 has the page of the address: a fault of stage 2.</summary>
    public bool Stage2 { get; init; }
}
