using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>The kernel's calls, see <see cref="Call"/>. Each returns a <see cref="Status"/> unless it says otherwise.</summary>
public static unsafe class Kernel
{
    /// <summary>No deadline.</summary>
    public const ulong Never = ~0UL;

    [RuntimeImport("*", "redoubt_call"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Invoke(ulong function, ulong a1, ulong a2, ulong a3, ulong a4);

    [RuntimeImport("*", "redoubt_exchange"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Exchange(Arrival* words);

    [RuntimeImport("*", "redoubt_counter"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong ReadCounter();

    /// <summary>The virtual counter, CNTVCT_EL0.</summary>
    public static ulong Counter => ReadCounter();

    /// <summary>Version of the interface, index of this partition, number of this vCPU, ticks of <see cref="Counter"/> in a second.</summary>
    public static void Discover(out ulong version, out ulong partition, out ulong vcpu, out ulong frequency)
    {
        Arrival words;
        Arrival* at = &words;
        at->Status = Call.Base + Call.Discover;
        Exchange(at);
        version = at->Events;
        partition = at->Kind;
        vcpu = at->Syndrome;
        frequency = at->Address;
    }

    /// <summary>Waits for an event or a fault of the guest, until the counter reaches <paramref name="deadline"/>.</summary>
    public static void Wait(ulong deadline, out Arrival arrival)
    {
        fixed (Arrival* at = &arrival)
        {
            at->Status = Call.Base + Call.Wait;
            at->Events = deadline;
            Exchange(at);
        }
    }

    /// <summary>Resumes a faulted vCPU with v0 to v3 and then waits.</summary>
    public static void ResumeAndWait(ulong slot, ulong action, ulong v0, ulong v1, ulong v2, ulong v3, ulong deadline, out Arrival arrival)
    {
        fixed (Arrival* at = &arrival)
        {
            at->Status = Call.Base + Call.Resume;
            at->Events = slot;
            at->Kind = action | ResumeAction.Wait;
            at->Syndrome = v0;
            at->Address = v1;
            at->V0 = v2;
            at->V1 = v3;
            at->V2 = deadline;
            Exchange(at);
        }
    }

    /// <summary>Sends the notification that the slot names.</summary>
    public static ulong Notify(ulong slot) => Invoke(Call.Base + Call.Notify, slot, 0, 0, 0);

    /// <summary>Reads a <see cref="Register"/> of a vCPU that is off, faulted or waiting.</summary>
    public static ulong ReadRegister(ulong slot, ulong register, out ulong value) => Read(Call.ReadRegister, slot, register, out value);

    /// <summary>Writes a <see cref="Register"/> of a vCPU that is off or faulted.</summary>
    public static ulong WriteRegister(ulong slot, ulong register, ulong value) => Invoke(Call.Base + Call.WriteRegister, slot, register, value, 0);

    /// <summary>Starts a vCPU that is off.</summary>
    public static ulong Start(ulong slot, ulong entry, ulong context) => Invoke(Call.Base + Call.Start, slot, entry, context, 0);

    /// <summary>Turns a vCPU off.</summary>
    public static ulong Stop(ulong slot) => Invoke(Call.Base + Call.Stop, slot, 0, 0, 0);

    /// <summary>Sets the bits under the mask of a <see cref="VirtualField"/> to those of the value.</summary>
    public static ulong WriteVirtual(ulong slot, ulong field, ulong mask, ulong value) =>
        Invoke(Call.Base + Call.WriteVirtual, slot, field, mask, value);

    /// <summary>Reads a <see cref="VirtualField"/>.</summary>
    public static ulong ReadVirtual(ulong slot, ulong field, out ulong value) => Read(Call.ReadVirtual, slot, field, out value);

    /// <summary>Sets the priority, 0 to 255, of a virtual interrupt.</summary>
    public static ulong SetPriority(ulong slot, ulong interrupt, ulong priority) =>
        Invoke(Call.Base + Call.SetPriority, slot, interrupt, priority, 0);

    /// <summary>Lets a physical interrupt that came as an event fire again.</summary>
    public static ulong Acknowledge(ulong slot) => Invoke(Call.Base + Call.Acknowledge, slot, 0, 0, 0);

    /// <summary>Reads an <see cref="AccountItem"/>.</summary>
    public static ulong Account(ulong slot, ulong item, out ulong value) => Read(Call.Account, slot, item, out value);

    /// <summary>Turns the machine off or resets it (<see cref="MachineAction"/>); returns only if it is refused.</summary>
    public static ulong Machine(ulong slot, ulong action) => Invoke(Call.Base + Call.Machine, slot, action, 0, 0);

    private static ulong Read(ulong call, ulong slot, ulong item, out ulong value)
    {
        Arrival words;
        Arrival* at = &words;
        at->Status = Call.Base + call;
        at->Events = slot;
        at->Kind = item;
        Exchange(at);
        value = at->Events;
        return at->Status;
    }
}
