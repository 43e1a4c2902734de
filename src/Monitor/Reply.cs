namespace Redoubt.Monitor;

/// <summary>How a faulted vCPU goes on: arguments of <see cref="Abi.Call.Resume"/>.</summary>
public struct Reply
{
    /// <summary>Bits of <see cref="Abi.ResumeAction"/>.</summary>
    public ulong Action;

    /// <summary>Values that the action uses.</summary>
    public ulong V0, V1, V2, V3;
}
