BEGIN TRANSACTION;
CREATE TABLE microloan_account (
	book_id VARCHAR(64) NOT NULL, 
	half_year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	through INTEGER NOT NULL, 
	opening_fen BIGINT NOT NULL, 
	disbursed_fen BIGINT NOT NULL, 
	due_principal_fen BIGINT NOT NULL, 
	due_interest_fen BIGINT NOT NULL, 
	repaid_principal_fen BIGINT NOT NULL, 
	repaid_interest_fen BIGINT NOT NULL, 
	repaid_charges_fen BIGINT NOT NULL, 
	paid_by_fund_fen BIGINT NOT NULL, 
	recovered_fen BIGINT NOT NULL, 
	written_off_fen BIGINT NOT NULL, 
	regained_fen BIGINT NOT NULL, 
	adjustments_fen BIGINT NOT NULL, 
	adjusted_interest_fen BIGINT NOT NULL, 
	adjusted_charges_fen BIGINT NOT NULL, 
	adjusted_due_fen BIGINT NOT NULL, 
	closing_fen BIGINT NOT NULL, 
	arrears_principal_fen BIGINT NOT NULL, 
	arrears_interest_fen BIGINT NOT NULL, 
	charges_fen BIGINT NOT NULL, 
	unbilled_fen BIGINT NOT NULL, 
	subrogated_fen BIGINT NOT NULL, 
	prepaid_fen BIGINT NOT NULL, 
	days_past_due INTEGER NOT NULL, 
	visit_ref VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_account PRIMARY KEY (book_id, half_year, version, loan_id), 
	CONSTRAINT fk_microloan_account_book_id_half_year_version FOREIGN KEY(book_id, half_year, version) REFERENCES microloan_closing (book_id, half_year, version) ON DELETE RESTRICT, 
	CONSTRAINT fk_microloan_account_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_account_opening_fen CHECK (opening_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_closing_fen CHECK (closing_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_arrears_principal_fen CHECK (arrears_principal_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_arrears_interest_fen CHECK (arrears_interest_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_unbilled_fen CHECK (unbilled_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_subrogated_fen CHECK (subrogated_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_charges_fen CHECK (charges_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_written_off_fen CHECK (written_off_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_prepaid_fen CHECK (prepaid_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_account_identity CHECK (opening_fen + disbursed_fen - repaid_principal_fen - paid_by_fund_fen - recovered_fen - written_off_fen + adjustments_fen = closing_fen), 
	CONSTRAINT ck_microloan_account_days_past_due CHECK (days_past_due >= 0)
);
INSERT INTO "microloan_account" VALUES('990101',20241,1,'HT-1',6,0,12000000,5000000,250000,5000000,250000,0,0,0,0,0,0,0,0,0,7000000,0,0,0,17500,0,0,0,'访1');
INSERT INTO "microloan_account" VALUES('990101',20241,1,'HT-2',3,0,12000000,5000000,250000,2000000,115000,0,0,0,0,0,0,0,0,0,10000000,3000000,135000,0,17500,0,0,76,'');
INSERT INTO "microloan_account" VALUES('990101',20241,1,'HT-3',1,0,30000000,0,0,0,0,0,0,0,0,0,0,0,0,0,30000000,0,0,0,37125,0,0,0,'');
INSERT INTO "microloan_account" VALUES('990101',20241,2,'HT-1',6,0,12000000,5000000,250000,5000000,250000,0,0,0,0,0,0,0,0,0,7000000,0,0,0,17500,0,0,0,'访1');
INSERT INTO "microloan_account" VALUES('990101',20241,2,'HT-2',3,0,12000000,5000000,250000,2000000,115000,0,0,0,0,0,0,0,0,0,10000000,3000000,135000,0,17500,0,0,76,'');
INSERT INTO "microloan_account" VALUES('990101',20241,2,'HT-3',1,0,30000000,0,0,0,0,0,0,0,0,0,0,0,0,0,30000000,0,0,0,37125,0,0,0,'');
CREATE TABLE microloan_assignment (
	book_id VARCHAR(64) NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	what VARCHAR(40) NOT NULL, 
	effective_on DATE NOT NULL, 
	number INTEGER NOT NULL, 
	value VARCHAR(64) NOT NULL, 
	ref VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_assignment PRIMARY KEY (book_id, loan_id, what, effective_on), 
	CONSTRAINT uq_microloan_assignment_book_id_number UNIQUE (book_id, number), 
	CONSTRAINT fk_microloan_assignment_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT
);
INSERT INTO "microloan_assignment" VALUES('990101','HT-1','officer','2024-01-15',1,'O-1','管1','ce1d2a9556e540ee2c763e2acb19c4e7f04469c8e1f9656f3b6a4ff9af06a63a');
INSERT INTO "microloan_assignment" VALUES('990101','HT-2','officer','2024-01-15',2,'O-1','管1','fe54c6949321db71bf82c46cf6d56dc3d33dafa0b3e018318410521403f2c359');
CREATE TABLE microloan_book (
	book_id VARCHAR(64) NOT NULL, 
	acts INTEGER DEFAULT '0' NOT NULL, 
	last_act VARCHAR(64) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_microloan_book PRIMARY KEY (book_id)
);
INSERT INTO "microloan_book" VALUES('990101',3,'a88900840cc66860c9f72a956fabb9eaafb5010aee8b94b508c8147cc5bbde84');
INSERT INTO "microloan_book" VALUES('990102',0,'');
CREATE TABLE microloan_closing (
	book_id VARCHAR(64) NOT NULL, 
	half_year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	previous_version INTEGER NOT NULL, 
	closed_on DATE NOT NULL, 
	loans INTEGER NOT NULL, 
	assignments INTEGER NOT NULL, 
	requests INTEGER NOT NULL, 
	notes VARCHAR(64) NOT NULL, 
	anchor VARCHAR(64) NOT NULL, 
	sheet VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_closing PRIMARY KEY (book_id, half_year, version), 
	CONSTRAINT uq_microloan_closing_book_id_number UNIQUE (book_id, number), 
	CONSTRAINT fk_microloan_closing_book_id FOREIGN KEY(book_id) REFERENCES microloan_book (book_id) ON DELETE RESTRICT
);
INSERT INTO "microloan_closing" VALUES('990101',20241,1,1,0,'2024-07-02',3,2,0,'198317823702c6f9d12aa47944181169e5d51e410bd33adb444613ba4282eb3b','3f67ea48dcfd8ab6ca0dd2d14e3961d70f4394bbe7e3bebe7fdd6a2b3a72474f','87ad924a1af36f4b3cd5c004a833d744f112b33ab15b87c6fe33ff706eb2636a');
INSERT INTO "microloan_closing" VALUES('990101',20241,2,3,0,'2024-07-06',3,2,0,'198317823702c6f9d12aa47944181169e5d51e410bd33adb444613ba4282eb3b','3f67ea48dcfd8ab6ca0dd2d14e3961d70f4394bbe7e3bebe7fdd6a2b3a72474f','c9288571523ea1861f77521c2d3d8e921b8e088be6edd5902c27c75fc186b199');
CREATE TABLE microloan_closing_head (
	book_id VARCHAR(64) NOT NULL, 
	half_year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	chain_id VARCHAR(64) NOT NULL, 
	entries INTEGER NOT NULL, 
	head VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_closing_head PRIMARY KEY (book_id, half_year, version, kind, chain_id), 
	CONSTRAINT fk_microloan_closing_head_book_id_half_year_version FOREIGN KEY(book_id, half_year, version) REFERENCES microloan_closing (book_id, half_year, version) ON DELETE RESTRICT
);
INSERT INTO "microloan_closing_head" VALUES('990101',20241,1,'fund','F-01',1,'d4f93e6ca8c7833600e3460779d1a2fc2d82f55506ee7c1e85c7504a4b329c20');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,1,'loan','HT-1',6,'41917eb59b873ca3f9eef5bf557c54b7c91000b48379e14a9dbf2d5612847e42');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,1,'loan','HT-2',3,'7077d6427711b2d58516769711dd705fce8e093b22bbecffd6e6ca8c031ba022');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,1,'loan','HT-3',1,'184cdcd217bc7a30f3dffb97bfa536d5554bc18b89904dc8572b756da8ae852a');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,2,'fund','F-01',1,'d4f93e6ca8c7833600e3460779d1a2fc2d82f55506ee7c1e85c7504a4b329c20');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,2,'loan','HT-1',6,'41917eb59b873ca3f9eef5bf557c54b7c91000b48379e14a9dbf2d5612847e42');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,2,'loan','HT-2',3,'7077d6427711b2d58516769711dd705fce8e093b22bbecffd6e6ca8c031ba022');
INSERT INTO "microloan_closing_head" VALUES('990101',20241,2,'loan','HT-3',1,'184cdcd217bc7a30f3dffb97bfa536d5554bc18b89904dc8572b756da8ae852a');
CREATE TABLE microloan_contact (
	book_id VARCHAR(64) NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	ref VARCHAR(64) NOT NULL, 
	due_on DATE NOT NULL, 
	days INTEGER NOT NULL, 
	made_on DATE NOT NULL, 
	booked_on DATE NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	officer_id VARCHAR(64) NOT NULL, 
	outcome VARCHAR(40) NOT NULL, 
	note TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_contact PRIMARY KEY (book_id, loan_id, ref), 
	CONSTRAINT fk_microloan_contact_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_contact_booked_on CHECK (booked_on >= made_on)
);
INSERT INTO "microloan_contact" VALUES('990101','HT-1','访1','2024-02-15',-1,'2024-02-14','2024-02-16','phone','O-1','not_reached','关机','63d3b3ad02271b18d1bee33e46f23c87e5d60731ecbabffd9de828b1ddccbeff');
INSERT INTO "microloan_contact" VALUES('990101','HT-2','催2','2024-05-15',4,'2024-05-19','2024-05-19','phone','O-2','not_reached','','db0008740266750e1bc8f4a95e405ad26d0836494ce232dad06106a7cae6a6df');
CREATE TABLE microloan_fund (
	book_id VARCHAR(64) NOT NULL, 
	fund_id VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	balance_fen BIGINT NOT NULL, 
	exposure_fen BIGINT NOT NULL, 
	covered_fen BIGINT NOT NULL, 
	entries INTEGER NOT NULL, 
	genesis VARCHAR(64) NOT NULL, 
	head VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_fund PRIMARY KEY (book_id, fund_id), 
	CONSTRAINT fk_microloan_fund_book_id FOREIGN KEY(book_id) REFERENCES microloan_book (book_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_fund_balance_fen CHECK (balance_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_exposure_fen CHECK (exposure_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_covered_fen CHECK (covered_fen BETWEEN 0 AND 1000000000000000)
);
INSERT INTO "microloan_fund" VALUES('990101','F-01','示例县创业担保基金',92000000,7000000,5600000,2,'a6f971b7fddc95c614e32e2907305e018d6356cf6ab9375259424a123b4e31c3','660f4751bc90ade43fb775cb587b2033bed7ec62e1968cb5afcb62a860d3adb5');
CREATE TABLE microloan_fund_day (
	book_id VARCHAR(64) NOT NULL, 
	fund_id VARCHAR(64) NOT NULL, 
	effective_on DATE NOT NULL, 
	balance_fen BIGINT NOT NULL, 
	exposure_fen BIGINT NOT NULL, 
	covered_fen BIGINT NOT NULL, 
	committed_fen BIGINT NOT NULL, 
	CONSTRAINT pk_microloan_fund_day PRIMARY KEY (book_id, fund_id, effective_on), 
	CONSTRAINT fk_microloan_fund_day_book_id_fund_id FOREIGN KEY(book_id, fund_id) REFERENCES microloan_fund (book_id, fund_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_fund_day_balance_fen CHECK (balance_fen BETWEEN -1000000000000000 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_day_exposure_fen CHECK (exposure_fen BETWEEN -1000000000000000 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_day_covered_fen CHECK (covered_fen BETWEEN -1000000000000000 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_day_committed_fen CHECK (committed_fen BETWEEN -1000000000000000 AND 1000000000000000)
);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-01-02',100000000,0,0,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-01-15',0,24000000,19200000,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-02-15',0,-2000000,-1600000,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-03-15',0,-2000000,-1600000,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-04-15',0,-1000000,-800000,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-05-15',0,-1000000,-800000,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-06-15',0,-1000000,-800000,0);
INSERT INTO "microloan_fund_day" VALUES('990101','F-01','2024-10-10',-8000000,-10000000,-8000000,0);
CREATE TABLE microloan_fund_entry (
	book_id VARCHAR(64) NOT NULL, 
	fund_id VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	effective_on DATE NOT NULL, 
	booked_on DATE NOT NULL, 
	ref VARCHAR(64) NOT NULL, 
	amount_fen BIGINT NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	undoes INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	to_account VARCHAR(64) NOT NULL, 
	lender_id VARCHAR(64) NOT NULL, 
	level VARCHAR(40), 
	groups TEXT NOT NULL, 
	against VARCHAR(64) NOT NULL, 
	until_on DATE, 
	multiple INTEGER NOT NULL, 
	part_fen BIGINT NOT NULL, 
	whole_fen BIGINT NOT NULL, 
	papers TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_fund_entry PRIMARY KEY (book_id, fund_id, number), 
	CONSTRAINT fk_microloan_fund_entry_book_id_fund_id FOREIGN KEY(book_id, fund_id) REFERENCES microloan_fund (book_id, fund_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_fund_entry_amount_fen CHECK (amount_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_entry_part_fen CHECK (part_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_entry_whole_fen CHECK (whole_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_fund_entry_booked_on CHECK (booked_on >= effective_on)
);
INSERT INTO "microloan_fund_entry" VALUES('990101','F-01',1,'deposit','2024-01-02','2024-01-02','财预1',100000000,'',0,'','','',NULL,'','',NULL,0,0,0,'[]','','a6f971b7fddc95c614e32e2907305e018d6356cf6ab9375259424a123b4e31c3','d4f93e6ca8c7833600e3460779d1a2fc2d82f55506ee7c1e85c7504a4b329c20');
INSERT INTO "microloan_fund_entry" VALUES('990101','F-01',2,'claim_payout','2024-10-10','2024-10-10','代偿1',8000000,'HT-2',0,'','','',NULL,'','',NULL,0,0,0,'[]','','d4f93e6ca8c7833600e3460779d1a2fc2d82f55506ee7c1e85c7504a4b329c20','660f4751bc90ade43fb775cb587b2033bed7ec62e1968cb5afcb62a860d3adb5');
CREATE TABLE microloan_loan (
	book_id VARCHAR(64) NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	borrower_id VARCHAR(64) NOT NULL, 
	lender_id VARCHAR(64) NOT NULL, 
	borrower_kind VARCHAR(40) NOT NULL, 
	borrower_groups VARCHAR(1000) NOT NULL, 
	heads INTEGER NOT NULL, 
	scheme VARCHAR(40) NOT NULL, 
	low_profit VARCHAR(40) NOT NULL, 
	loan_number INTEGER NOT NULL, 
	commercial_fen BIGINT NOT NULL, 
	reference VARCHAR(40), 
	reference_rate VARCHAR(40), 
	principal_fen BIGINT NOT NULL, 
	annual_rate VARCHAR(40) NOT NULL, 
	signed_on DATE NOT NULL, 
	disbursed_on DATE NOT NULL, 
	months INTEGER NOT NULL, 
	amortization VARCHAR(40) NOT NULL, 
	day_count VARCHAR(40) NOT NULL, 
	interval_months INTEGER NOT NULL, 
	grace_months INTEGER NOT NULL, 
	interest_grace_months INTEGER NOT NULL, 
	settlement_day INTEGER, 
	first_stub VARCHAR(40), 
	month_end VARCHAR(40) NOT NULL, 
	due_dates TEXT NOT NULL, 
	parts TEXT NOT NULL, 
	residue VARCHAR(40) NOT NULL, 
	level_by VARCHAR(40) NOT NULL, 
	repricing VARCHAR(40) NOT NULL, 
	penalty TEXT, 
	misuse TEXT, 
	compounding VARCHAR(40) NOT NULL, 
	payment_order VARCHAR(40) NOT NULL, 
	early_interest VARCHAR(40) NOT NULL, 
	grace_days INTEGER NOT NULL, 
	fund_id VARCHAR(64), 
	coverage VARCHAR(40), 
	claimable_after_days INTEGER, 
	covers VARCHAR(40), 
	opening VARCHAR(40), 
	months_after_maturity INTEGER, 
	evidence TEXT, 
	recovery_order VARCHAR(40), 
	upper TEXT, 
	entries INTEGER NOT NULL, 
	genesis VARCHAR(64) NOT NULL, 
	head VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_loan PRIMARY KEY (book_id, loan_id), 
	CONSTRAINT fk_microloan_loan_book_id FOREIGN KEY(book_id) REFERENCES microloan_book (book_id) ON DELETE RESTRICT, 
	CONSTRAINT fk_microloan_loan_book_id_fund_id FOREIGN KEY(book_id, fund_id) REFERENCES microloan_fund (book_id, fund_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_loan_principal_fen CHECK (principal_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_commercial_fen CHECK (commercial_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_disbursed_on CHECK (disbursed_on >= signed_on)
);
INSERT INTO "microloan_loan" VALUES('990101','HT-1','B-1','BANK-1','individual','',1,'','not_stated',1,0,NULL,NULL,12000000,'0.06','2024-01-15','2024-01-15',12,'equal_principal','thirty_360',1,0,0,NULL,NULL,'clamp','','','last_installment','nominal_rate','fixed',NULL,NULL,'none','by_component','to_the_day',0,'F-01','0.8',90,'principal','at_or_after',6,'','pro_rata','',6,'4d2926ab090ec8226826901c825c790557e401ade5916cf850ac3437fa6ea415','41917eb59b873ca3f9eef5bf557c54b7c91000b48379e14a9dbf2d5612847e42');
INSERT INTO "microloan_loan" VALUES('990101','HT-2','B-1','BANK-1','individual','',1,'','not_stated',1,0,NULL,NULL,12000000,'0.06','2024-01-15','2024-01-15',12,'equal_principal','thirty_360',1,0,0,NULL,NULL,'clamp','','','last_installment','nominal_rate','fixed',NULL,NULL,'none','by_component','to_the_day',0,'F-01','0.8',90,'principal','at_or_after',6,'','pro_rata','',4,'b3cdf07e192f3e1b0a17e51e6707197d59426a422d6800a9d76055247ba6b1d8','e459352b0d3038f610b3ed4ee819ca08d5c774523d91db14572a083ed25b0961');
INSERT INTO "microloan_loan" VALUES('990101','HT-3','B-1','BANK-1','individual','',1,'','not_stated',1,0,NULL,NULL,30000000,'0.0495','2024-06-21','2024-06-21',12,'interest_only','act_360',3,0,0,20,'short','clamp','','','last_installment','nominal_rate','fixed',NULL,NULL,'none','by_component','to_the_day',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'ca02b3e5d996635da2318a2bd6cde0d767ad60c98b0df48a32638a61c488bfff','184cdcd217bc7a30f3dffb97bfa536d5554bc18b89904dc8572b756da8ae852a');
INSERT INTO "microloan_loan" VALUES('990102','HT-1','B-1','BANK-1','individual','',1,'','not_stated',1,0,NULL,NULL,12000000,'0.06','2024-01-15','2024-01-15',12,'equal_principal','thirty_360',1,0,0,NULL,NULL,'clamp','','','last_installment','nominal_rate','fixed',NULL,NULL,'none','by_component','to_the_day',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'bc1fea6b19983d41ec337cf4db4e7fa5c96b33d00f816514df545196b738c454','cff7e3f7468c04bca1ccc76cc8ec83661186ed434e800486dbb372145ea86c9b');
CREATE TABLE microloan_loan_entry (
	book_id VARCHAR(64) NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	effective_on DATE NOT NULL, 
	booked_on DATE NOT NULL, 
	ref VARCHAR(64) NOT NULL, 
	received_fen BIGINT NOT NULL, 
	principal_fen BIGINT NOT NULL, 
	interest_fen BIGINT NOT NULL, 
	penalty_fen BIGINT NOT NULL, 
	subrogated_fen BIGINT NOT NULL, 
	costs_fen BIGINT NOT NULL, 
	undoes INTEGER NOT NULL, 
	prepayment VARCHAR(40), 
	until_on DATE, 
	terms TEXT, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_loan_entry PRIMARY KEY (book_id, loan_id, number), 
	CONSTRAINT fk_microloan_loan_entry_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_loan_entry_received_fen CHECK (received_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_entry_principal_fen CHECK (principal_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_entry_interest_fen CHECK (interest_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_entry_penalty_fen CHECK (penalty_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_entry_subrogated_fen CHECK (subrogated_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_entry_costs_fen CHECK (costs_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_loan_entry_booked_on CHECK (booked_on >= effective_on)
);
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-1',1,'disbursement','2024-01-15','2024-01-15','HT-1',0,12000000,0,0,0,0,0,NULL,NULL,NULL,'4d2926ab090ec8226826901c825c790557e401ade5916cf850ac3437fa6ea415','a20a24a477d1771ebd780097b8cb1ea7f4f63945ade52b1398da8ca707bb8c9c');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-2',1,'disbursement','2024-01-15','2024-01-15','HT-2',0,12000000,0,0,0,0,0,NULL,NULL,NULL,'b3cdf07e192f3e1b0a17e51e6707197d59426a422d6800a9d76055247ba6b1d8','da87e522bd130ed8ee0aa900ab0b841a6bb985833417f9ee062d06885d22f649');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-3',1,'disbursement','2024-06-21','2024-06-21','HT-3',0,30000000,0,0,0,0,0,NULL,NULL,NULL,'ca02b3e5d996635da2318a2bd6cde0d767ad60c98b0df48a32638a61c488bfff','184cdcd217bc7a30f3dffb97bfa536d5554bc18b89904dc8572b756da8ae852a');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-1',2,'repayment','2024-02-15','2024-02-15','due 1',1060000,0,0,0,0,0,0,NULL,NULL,NULL,'a20a24a477d1771ebd780097b8cb1ea7f4f63945ade52b1398da8ca707bb8c9c','a159a038c38f2f0eae03f2e9d78be01b52076b381c8cab5833f152212e78fac6');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-1',3,'repayment','2024-03-15','2024-03-15','due 2',1055000,0,0,0,0,0,0,NULL,NULL,NULL,'a159a038c38f2f0eae03f2e9d78be01b52076b381c8cab5833f152212e78fac6','0ba98a8dce0198168f985633b5f0dbda554458017d417a6c43567339d2679482');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-1',4,'repayment','2024-04-15','2024-04-15','due 3',1050000,0,0,0,0,0,0,NULL,NULL,NULL,'0ba98a8dce0198168f985633b5f0dbda554458017d417a6c43567339d2679482','c01440b0ca1fb4f941dedd310e6c98fdc7be430035daadafde1d00c1af499b0d');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-1',5,'repayment','2024-05-15','2024-05-15','due 4',1045000,0,0,0,0,0,0,NULL,NULL,NULL,'c01440b0ca1fb4f941dedd310e6c98fdc7be430035daadafde1d00c1af499b0d','cb6f9a497fb5574c16388b9efc8e4a005783e89b47089988c6bc6d037e08ac9c');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-1',6,'repayment','2024-06-15','2024-06-15','due 5',1040000,0,0,0,0,0,0,NULL,NULL,NULL,'cb6f9a497fb5574c16388b9efc8e4a005783e89b47089988c6bc6d037e08ac9c','41917eb59b873ca3f9eef5bf557c54b7c91000b48379e14a9dbf2d5612847e42');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-2',2,'repayment','2024-02-15','2024-02-15','due 1',1060000,0,0,0,0,0,0,NULL,NULL,NULL,'da87e522bd130ed8ee0aa900ab0b841a6bb985833417f9ee062d06885d22f649','d30093dbd4bbbc877a42da6a5e8958f0317515539ba29dec6257a36aa1677775');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-2',3,'repayment','2024-03-15','2024-03-15','due 2',1055000,0,0,0,0,0,0,NULL,NULL,NULL,'d30093dbd4bbbc877a42da6a5e8958f0317515539ba29dec6257a36aa1677775','7077d6427711b2d58516769711dd705fce8e093b22bbecffd6e6ca8c031ba022');
INSERT INTO "microloan_loan_entry" VALUES('990101','HT-2',4,'claim_payout','2024-10-10','2024-10-10','代偿1',0,8000000,0,0,0,0,0,NULL,NULL,NULL,'7077d6427711b2d58516769711dd705fce8e093b22bbecffd6e6ca8c031ba022','e459352b0d3038f610b3ed4ee819ca08d5c774523d91db14572a083ed25b0961');
INSERT INTO "microloan_loan_entry" VALUES('990102','HT-1',1,'disbursement','2024-01-15','2024-01-15','HT-1',0,12000000,0,0,0,0,0,NULL,NULL,NULL,'bc1fea6b19983d41ec337cf4db4e7fa5c96b33d00f816514df545196b738c454','cff7e3f7468c04bca1ccc76cc8ec83661186ed434e800486dbb372145ea86c9b');
CREATE TABLE microloan_reopening (
	book_id VARCHAR(64) NOT NULL, 
	half_year INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	reopened_on DATE NOT NULL, 
	reason TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_reopening PRIMARY KEY (book_id, half_year, version), 
	CONSTRAINT uq_microloan_reopening_book_id_number UNIQUE (book_id, number), 
	CONSTRAINT fk_microloan_reopening_book_id_half_year_version FOREIGN KEY(book_id, half_year, version) REFERENCES microloan_closing (book_id, half_year, version) ON DELETE RESTRICT
);
INSERT INTO "microloan_reopening" VALUES('990101',20241,1,2,'2024-07-05','漏记一笔','821fea632861a7026fd7d6c369551fd6638b1784657ee08932490fb9a1abe0ab');
CREATE TABLE microloan_request (
	book_id VARCHAR(64) NOT NULL, 
	lender_id VARCHAR(64) NOT NULL, 
	quarter INTEGER NOT NULL, 
	drawn_on DATE NOT NULL, 
	since_quarter INTEGER NOT NULL, 
	opening_fen BIGINT NOT NULL, 
	closing_fen BIGINT NOT NULL, 
	lent_fen BIGINT NOT NULL, 
	lent_count INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	known_as INTEGER NOT NULL, 
	CONSTRAINT pk_microloan_request PRIMARY KEY (book_id, lender_id, quarter), 
	CONSTRAINT uq_microloan_request_book_id_known_as UNIQUE (book_id, known_as), 
	CONSTRAINT fk_microloan_request_book_id FOREIGN KEY(book_id) REFERENCES microloan_book (book_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_request_opening_fen CHECK (opening_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_closing_fen CHECK (closing_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_lent_fen CHECK (lent_fen BETWEEN 0 AND 1000000000000000)
);
INSERT INTO "microloan_request" VALUES('990101','BANK-1',20243,'2024-09-23',20243,0,30000000,30000000,1,'3cbca400dc5a361f31acc4da8b62e0f5ae1ebcae45051de8603fa89848f73bc4',1);
INSERT INTO "microloan_request" VALUES('990101','BANK-1',20244,'2024-12-23',20243,30000000,30000000,0,0,'9f775cfbc761dd01931dfcaba14e5af9a9b348fccbabe73564b1976613180b20',2);
CREATE TABLE microloan_request_correction (
	book_id VARCHAR(64) NOT NULL, 
	lender_id VARCHAR(64) NOT NULL, 
	quarter INTEGER NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	due_on DATE NOT NULL, 
	place INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	requested_in INTEGER NOT NULL, 
	was_fen BIGINT NOT NULL, 
	is_fen BIGINT NOT NULL, 
	shares TEXT NOT NULL, 
	cause VARCHAR(40) NOT NULL, 
	ref VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_request_correction PRIMARY KEY (book_id, lender_id, quarter, loan_id, due_on), 
	CONSTRAINT fk_microloan_request_correction_book_id_lender_id_quarter FOREIGN KEY(book_id, lender_id, quarter) REFERENCES microloan_request (book_id, lender_id, quarter) ON DELETE RESTRICT, 
	CONSTRAINT fk_microloan_request_correction_book_id_loan_id_due_on FOREIGN KEY(book_id, loan_id, due_on) REFERENCES microloan_request_line (book_id, loan_id, due_on) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_request_correction_was_fen CHECK (was_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_correction_is_fen CHECK (is_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_correction_requested_in CHECK (requested_in < quarter)
);
INSERT INTO "microloan_request_correction" VALUES('990101','BANK-1',20244,'HT-3','2024-09-20',1,1,20243,189750,92813,'central=1/2,county=1/2','recomputed','');
CREATE TABLE microloan_request_line (
	book_id VARCHAR(64) NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	due_on DATE NOT NULL, 
	lender_id VARCHAR(64) NOT NULL, 
	quarter INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	borrower_id VARCHAR(64) NOT NULL, 
	principal_fen BIGINT NOT NULL, 
	disbursed_on DATE NOT NULL, 
	months INTEGER NOT NULL, 
	annual_rate VARCHAR(40) NOT NULL, 
	days INTEGER NOT NULL, 
	interest_fen BIGINT NOT NULL, 
	subsidy_fen BIGINT NOT NULL, 
	shares TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	shares_rule TEXT NOT NULL, 
	CONSTRAINT pk_microloan_request_line PRIMARY KEY (book_id, loan_id, due_on), 
	CONSTRAINT fk_microloan_request_line_book_id_lender_id_quarter FOREIGN KEY(book_id, lender_id, quarter) REFERENCES microloan_request (book_id, lender_id, quarter) ON DELETE RESTRICT, 
	CONSTRAINT fk_microloan_request_line_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_request_line_principal_fen CHECK (principal_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_line_interest_fen CHECK (interest_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_line_subsidy_fen CHECK (subsidy_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_request_line_subsidy CHECK (subsidy_fen BETWEEN 1 AND interest_fen)
);
INSERT INTO "microloan_request_line" VALUES('990101','HT-3','2024-09-20','BANK-1',20243,1,1,'B-1',30000000,'2024-06-21',12,'0.0495',92,379500,189750,'central=1/2,county=1/2','财金〔2023〕75号: 按贷款实际利率的 50% 给予贴息','示例财金〔2024〕1号: 中央与县级各承担一半 [local]');
CREATE TABLE microloan_request_waiting (
	book_id VARCHAR(64) NOT NULL, 
	lender_id VARCHAR(64) NOT NULL, 
	quarter INTEGER NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	due_on DATE NOT NULL, 
	place INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	subsidy_fen BIGINT NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_microloan_request_waiting PRIMARY KEY (book_id, lender_id, quarter, loan_id, due_on), 
	CONSTRAINT fk_microloan_request_waiting_book_id_lender_id_quarter FOREIGN KEY(book_id, lender_id, quarter) REFERENCES microloan_request (book_id, lender_id, quarter) ON DELETE RESTRICT, 
	CONSTRAINT fk_microloan_request_waiting_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_request_waiting_subsidy_fen CHECK (subsidy_fen BETWEEN 0 AND 1000000000000000)
);
CREATE TABLE microloan_visit (
	book_id VARCHAR(64) NOT NULL, 
	loan_id VARCHAR(64) NOT NULL, 
	ref VARCHAR(64) NOT NULL, 
	visited_on DATE NOT NULL, 
	booked_on DATE NOT NULL, 
	visitors TEXT NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	on_site BOOLEAN NOT NULL, 
	remarks TEXT NOT NULL, 
	monthly_turnover_fen BIGINT, 
	staff INTEGER, 
	jobs INTEGER, 
	stock_fen BIGINT, 
	prospect VARCHAR(40), 
	watch BOOLEAN NOT NULL, 
	next_step TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_microloan_visit PRIMARY KEY (book_id, loan_id, ref), 
	CONSTRAINT fk_microloan_visit_book_id_loan_id FOREIGN KEY(book_id, loan_id) REFERENCES microloan_loan (book_id, loan_id) ON DELETE RESTRICT, 
	CONSTRAINT ck_microloan_visit_monthly_turnover_fen CHECK (monthly_turnover_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_visit_stock_fen CHECK (stock_fen BETWEEN 0 AND 1000000000000000), 
	CONSTRAINT ck_microloan_visit_booked_on CHECK (booked_on >= visited_on)
);
INSERT INTO "microloan_visit" VALUES('990101','HT-1','访1','2024-04-10','2024-04-12','["O-1","O-2"]','strained',1,'[["operation","“淡季”, 仍开门"],["changes",""]]',3150050,4,3,800000,'fair',1,'一个月后复查','45108d76303d4bc74a4e6fe323b57ff80d9a27f94555edbbf9883b28c3ad0c9b');
INSERT INTO "microloan_visit" VALUES('990101','HT-1','访0','2024-04-10','2024-04-10','["O-1"]','normal',0,'[]',NULL,NULL,NULL,NULL,NULL,0,'','c57c5e5678d657dcf29b82a73870ca3fab46fa223601feaff6baed549d4f17ca');
CREATE INDEX ix_microloan_fund_entry_book_id_fund_id_kind_loan_id ON microloan_fund_entry (book_id, fund_id, kind, loan_id);
CREATE INDEX ix_microloan_loan_book_id_fund_id ON microloan_loan (book_id, fund_id);
COMMIT;
