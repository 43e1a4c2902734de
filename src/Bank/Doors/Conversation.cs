using System.Security.Cryptography;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Doors;

/// <summary>What the bank does with what a pinpad says (docs/pin-entry.md, "What the bank does").</summary>
internal sealed class Conversation(BankState state)
{
    private const string Locale = "en-GB";

    /// <summary>Seconds for the answer to arrive after the entry's end.</summary>
    private const int Grace = 30;

    private static readonly Status s_refused = new(Verdict.Refused, 0), s_locked = new(Verdict.Locked, 0);

    /// <summary>Answers one message.</summary>
    public Answer Answer(Session session, Request request) => request switch
    {
        Fetch fetch => Send(session, fetch),
        Response response => Take(session, response),
        Enrol enrol => Bind(session, enrol),
        _ => throw new ArgumentException(request.GetType().Name, nameof(request)),
    };

    private Answer Send(Session session, Fetch fetch)
    {
        const string Event = "fetch";
        if (state.Transfers.FindByHandle(fetch.Handle) is not { } transfer)
            return Refuse(Event, new AuditLog.Subject(session.Device), new Refusal(Reason.UnknownTransaction, "nobody was given this handle"));
        AuditLog.Subject subject = new(session.Device, transfer.CustomerId, transfer.Txid);
        if (transfer.Device != session.Device)
            return Refuse(Event, subject, new Refusal(Reason.UnboundDevice, "the account is not bound to this device"));
        if (state.Customers.Find(transfer.CustomerId)!.IsLocked)
        {
            Refuse(Event, subject, new Refusal(Reason.TooManyAttempts, "the account is locked"));
            return s_locked;
        }

        Transaction transaction = new(transfer.Txid, RandomNumberGenerator.GetBytes(Statement.NonceSize), transfer.Payment, Locale, state.Options.EntryTimeout);
        DateTime until = state.Now.AddSeconds(state.Options.EntryTimeout + Grace);
        if (!state.Transfers.Send(transfer.Txid, transaction.Nonce, transaction.Encode(), session.Connection, until))
            return Refuse(Event, subject, new Refusal(Reason.ExpiredTransaction, $"the transfer is {AuditLog.Words(transfer.State)}"));
        state.Audit.AddOrCount("sent", subject);
        return transaction;
    }

    private Status Take(Session session, Response response)
    {
        const string Event = "response";
        if (state.Transfers.Find(response.Txid) is not { } transfer)
            return Refuse(Event, new AuditLog.Subject(session.Device), new Refusal(Reason.UnknownTransaction, "there is no such transaction"));
        AuditLog.Subject subject = new(session.Device, transfer.CustomerId, transfer.Txid);
        Refusal? refusal = Appraise(session, response, transfer);
        // Whatever it was, it was the answer to this nonce; and of two that come at once, one is the first.
        bool first = transfer.Device != session.Device || transfer.Connection != session.Connection || state.Defences.UseNonce(state.Transfers, transfer);
        refusal ??= first ? null : new Refusal(Reason.Replay, "there was a response to this nonce already");
        if (refusal is not null)
            return Refuse(Event, subject, refusal);
        return response.Outcome == Outcome.Ok ? CheckPin(subject, transfer, response.Pin!) : Record(subject, transfer, response.Outcome);
    }

    private Refusal? Appraise(Session session, Response response, Transfer transfer)
    {
        Statement? statement;
        try
        {
            statement = response.Statement is null ? null : Statement.Decode(response.Statement);
        }
        catch (MalformedException failure)
        {
            return new Refusal(Reason.MalformedStatement, failure.Message);
        }

        ResponseContext context = new(session, transfer, statement, state.Now);
        return state.Defences.Response.Select(rule => rule(context)).FirstOrDefault(refusal => refusal is not null);
    }

    private Status CheckPin(AuditLog.Subject subject, Transfer transfer, string pin)
    {
        if (state.Attempts.Begin(transfer.CustomerId) is not { } left)
        {
            state.Transfers.Decide(transfer.Txid, TransferState.Locked);
            Refuse("PIN", subject, new Refusal(Reason.TooManyAttempts, "the account is locked"));
            return s_locked;
        }

        if (!state.Customers.IsPin(transfer.CustomerId, pin))
        {
            if (left == 0)
                state.Transfers.Decide(transfer.Txid, TransferState.Locked);
            Refuse("PIN", subject, new Refusal(Reason.WrongPin, left > 0 ? $"{left} attempts left" : "the account is now locked"));
            return left > 0 ? new Status(Verdict.WrongPin, left) : s_locked;
        }

        state.Attempts.Succeed(transfer.CustomerId);
        if (!state.Transfers.Decide(transfer.Txid, TransferState.Authorised))
            return Refuse("PIN", subject, new Refusal(Reason.ExpiredTransaction, "the transfer waits no longer"));
        state.Audit.Add("authorised", subject, $"{transfer.Payment.Amount} to {transfer.Payment.PayeeName}");
        return new Status(Verdict.Authorised, Customer.MostFailures);
    }

    private Status Record(AuditLog.Subject subject, Transfer transfer, Outcome outcome)
    {
        TransferState end = outcome switch
        {
            Outcome.Canceled => TransferState.Cancelled,
            Outcome.Timeout => TransferState.TimedOut,
            _ => TransferState.Failed,
        };
        state.Transfers.Decide(transfer.Txid, end);
        state.Audit.Add(AuditLog.Words(end), subject, end == TransferState.Failed ? AuditLog.Words(outcome) : "");
        return new Status(Verdict.Recorded, state.Customers.Find(transfer.CustomerId)!.AttemptsLeft);
    }

    private Status Bind(Session session, Enrol enrol)
    {
        const string Event = "enrolment";
        AuditLog.Subject subject = new(session.Device);
        if (!state.Devices.BeginCode(session.Device))
            return Refuse(Event, subject, new Refusal(Reason.TooManyCodes, "too many wrong codes in a row"));
        if (state.Customers.Bind(enrol.Code, session.Device) is not { } customer)
            return Refuse(Event, subject, new Refusal(Reason.WrongCode, "nobody was given this code, or it has run out"));
        state.Devices.ForgetCodes(session.Device);
        state.Audit.Add("enrolled", subject with { Customer = customer.Id });
        return new Status(Verdict.Enrolled, customer.AttemptsLeft);
    }

    private Status Refuse(string what, AuditLog.Subject subject, Refusal refusal)
    {
        state.Audit.Refuse(what, subject, refusal);
        if (subject.Txid is { } txid)
            state.Transfers.Note(txid, AuditLog.Words(refusal.Reason));
        return s_refused;
    }
}
